/** Changes of tables of databases, as their logs tell them, done to tables of the lakehouse. */
@NullMarked
package io.atalaya.ingestion.capture;

import org.jspecify.annotations.NullMarked;
