package io.atalaya.ingestion.stream;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManagerFactory;

/** Whoever vouches for servers, besides those that Java knows. */
final class Authority {
    private Authority() {}

    /**
     * Who has the certificates in that file, of PEM.
     *
     * @throws IngestionException.BadStage if there are none
     */
    static TrustManagerFactory of(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore known = KeyStore.getInstance(KeyStore.getDefaultType());
            known.load(null, null);
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                known.setCertificateEntry("authority " + known.size(), certificate);
            }
            TrustManagerFactory trusting = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusting.init(known);
            return trusting;
        } catch (IOException | GeneralSecurityException e) {
            throw new IngestionException.BadStage(
                    Sentence.of(
                            "{0}, which a broker's setting 'authority' names, holds no certificates that can be read",
                            file),
                    e);
        }
    }
}
