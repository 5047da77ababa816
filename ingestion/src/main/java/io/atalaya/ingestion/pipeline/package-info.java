/** What a pipeline is: its stages, its triggers, and the YAML it is written in. */
@NullMarked
package io.atalaya.ingestion.pipeline;

import org.jspecify.annotations.NullMarked;
