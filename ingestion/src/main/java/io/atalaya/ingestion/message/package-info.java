/** Messages that a source keeps and numbers, into tables, in commits that hold how far they have read. */
@NullMarked
package io.atalaya.ingestion.message;

import org.jspecify.annotations.NullMarked;
