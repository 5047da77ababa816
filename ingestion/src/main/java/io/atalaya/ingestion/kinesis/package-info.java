/** Streams of Kinesis, read shard by shard, each message once. */
@NullMarked
package io.atalaya.ingestion.kinesis;

import org.jspecify.annotations.NullMarked;
