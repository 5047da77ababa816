@NullMarked
package io.atalaya.ingestion;

import org.jspecify.annotations.NullMarked;
