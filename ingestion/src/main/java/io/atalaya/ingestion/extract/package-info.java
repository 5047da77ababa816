/** Delivered files into tables, exactly once. */
@NullMarked
package io.atalaya.ingestion.extract;

import org.jspecify.annotations.NullMarked;
