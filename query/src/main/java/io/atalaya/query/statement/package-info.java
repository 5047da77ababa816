/** What statements do that change something. */
@NullMarked
package io.atalaya.query.statement;

import org.jspecify.annotations.NullMarked;
