/** Files as delivered: noticing them, keeping them, unpacking them. */
@NullMarked
package io.atalaya.ingestion.file;

import org.jspecify.annotations.NullMarked;
