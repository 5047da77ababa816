/** Runs of pipelines: their states, their log, and what drives them. */
@NullMarked
package io.atalaya.ingestion.run;

import org.jspecify.annotations.NullMarked;
