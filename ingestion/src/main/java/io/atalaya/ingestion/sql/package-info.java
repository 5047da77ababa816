/** SELECTs into tables. */
@NullMarked
package io.atalaya.ingestion.sql;

import org.jspecify.annotations.NullMarked;
