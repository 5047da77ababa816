/** Statements that change something, carried out. */
@NullMarked
package io.atalaya.query.write;

import org.jspecify.annotations.NullMarked;
