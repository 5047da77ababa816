/** Models as tables: making them, and what they say of rows. */
@NullMarked
package io.atalaya.ingestion.model;

import org.jspecify.annotations.NullMarked;
