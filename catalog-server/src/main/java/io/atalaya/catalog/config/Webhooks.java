package io.atalaya.catalog.config;

import java.util.Map;

/**
 * What pipelines may post to, and how they sign it.
 *
 * @param privateAddresses whether private, local and link-local addresses are allowed
 * @param secrets by the names that pipelines know them by
 */
public record Webhooks(boolean privateAddresses, Map<String, String> secrets) {
    public Webhooks {
        secrets = Map.copyOf(secrets);
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "Webhooks[privateAddresses=" + privateAddresses + ", secrets=" + secrets.keySet() + "]";
    }
}
