/** Topics of Kafka into tables, with how far they were read in the commit that holds what was read. */
@NullMarked
package io.atalaya.ingestion.kafka;

import org.jspecify.annotations.NullMarked;
