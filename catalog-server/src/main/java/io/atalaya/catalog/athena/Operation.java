package io.atalaya.catalog.athena;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.policies.Principal;

/** One operation of the protocol. */
@FunctionalInterface
interface Operation {
    /** Answers for the principal; what it may not do or see is refused by an {@link AthenaException}. */
    ObjectNode answer(Principal principal, Input input);
}
