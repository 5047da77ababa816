/** Delivered text cut into rows, with the line each begins at. */
@NullMarked
package io.atalaya.ingestion.text;

import org.jspecify.annotations.NullMarked;
