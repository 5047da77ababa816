/** The YAML of a workspace that is not policy: datasets and pipelines. */
@NullMarked
package io.atalaya.ingestion.workspace;

import org.jspecify.annotations.NullMarked;
