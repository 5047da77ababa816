/** How far sources have been read. */
@NullMarked
package io.atalaya.ingestion.position;

import org.jspecify.annotations.NullMarked;
