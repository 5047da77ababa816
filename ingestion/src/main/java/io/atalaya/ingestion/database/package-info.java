/** Relational databases as sources of rows. */
@NullMarked
package io.atalaya.ingestion.database;

import org.jspecify.annotations.NullMarked;
