/** Structured logs. */
@NullMarked
package io.atalaya.catalog.log;

import org.jspecify.annotations.NullMarked;
