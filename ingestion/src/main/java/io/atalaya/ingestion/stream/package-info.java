/** Messages that come by themselves: kept on disk before they are acknowledged, then loaded as files are. */
@NullMarked
package io.atalaya.ingestion.stream;

import org.jspecify.annotations.NullMarked;
