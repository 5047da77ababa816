/** The tables pipelines write: whether they may, how they are made, what is put on record. */
@NullMarked
package io.atalaya.ingestion.table;

import org.jspecify.annotations.NullMarked;
