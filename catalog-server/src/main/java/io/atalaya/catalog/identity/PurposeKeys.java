package io.atalaya.catalog.identity;

/** The keys of pseudonyms: equal values are joinable within one purpose and never across two. */
public final class PurposeKeys {
    private final MasterKey masterKey;

    public PurposeKeys(MasterKey masterKey) {
        this.masterKey = masterKey;
    }

    /** 32 bytes for the purpose of that name; the same every time. */
    public byte[] key(String purpose) {
        return masterKey.derive("atalaya/pseudonym/" + purpose);
    }
}
