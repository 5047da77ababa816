package io.atalaya.ingestion.extract;

import java.util.List;
import java.util.Optional;

/**
 * Some files that were delivered, newest first.
 *
 * @param nextCursor for the files before these; empty if there are none
 */
public record DeliveryPage(List<Delivery> deliveries, Optional<String> nextCursor) {
    public DeliveryPage {
        deliveries = List.copyOf(deliveries);
    }
}
