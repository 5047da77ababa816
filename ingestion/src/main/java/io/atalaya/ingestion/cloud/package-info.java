/** Services of AWS, and what speaks as they do, that pipelines take data from and tell. */
@NullMarked
package io.atalaya.ingestion.cloud;

import org.jspecify.annotations.NullMarked;
