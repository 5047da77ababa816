/** Rows that leave the lakehouse: as files, in a table of another database, to an address. */
@NullMarked
package io.atalaya.ingestion.publish;

import org.jspecify.annotations.NullMarked;
