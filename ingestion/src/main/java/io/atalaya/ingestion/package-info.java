/** Pipelines: files and queries into governed tables, exactly once. */
@NullMarked
package io.atalaya.ingestion;

import org.jspecify.annotations.NullMarked;
