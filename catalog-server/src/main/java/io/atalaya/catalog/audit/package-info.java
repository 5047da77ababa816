/** The record of what happened: an append-only Merkle log, its signed checkpoints, its verifier and its search index. */
@NullMarked
package io.atalaya.catalog.audit;

import org.jspecify.annotations.NullMarked;
