/** What the values of a table's columns look like. */
@NullMarked
package io.atalaya.ingestion.profile;

import org.jspecify.annotations.NullMarked;
