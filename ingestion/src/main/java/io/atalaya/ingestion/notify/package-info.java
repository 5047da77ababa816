/** Telling others that a run got somewhere. */
@NullMarked
package io.atalaya.ingestion.notify;

import org.jspecify.annotations.NullMarked;
