/** Tables kept in shape: fewer files and manifests, no old snapshots, nothing left behind. */
@NullMarked
package io.atalaya.ingestion.maintain;

import org.jspecify.annotations.NullMarked;
