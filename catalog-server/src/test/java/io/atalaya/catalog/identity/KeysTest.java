package io.atalaya.catalog.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysTest {
    @TempDir
    private Path data;

    @Test
    void of_a_purpose_are_the_same_after_a_restart_and_differ_between_purposes_and_data_directories()
            throws IOException {
        byte[] churn = new PurposeKeys(MasterKey.in(data)).key("churn");
        assertThat(churn).hasSize(32).isEqualTo(new PurposeKeys(MasterKey.in(data)).key("churn"));
        assertThat(churn).isNotEqualTo(new PurposeKeys(MasterKey.in(data)).key("fraud"));
        assertThat(churn).isNotEqualTo(new PurposeKeys(MasterKey.in(data.resolve("other"))).key("churn"));
    }

    @Test
    void sealed_secrets_open_only_for_what_they_were_sealed_for() throws IOException {
        MasterKey key = MasterKey.in(data);
        byte[] sealed = key.seal(new byte[] {1, 2, 3}, "ATLA1");
        assertThat(MasterKey.in(data).open(sealed, "ATLA1")).contains(new byte[] {1, 2, 3});
        assertThat(key.open(sealed, "ATLA2")).isEmpty();
        assertThat(MasterKey.in(data.resolve("other")).open(sealed, "ATLA1")).isEmpty();
        sealed[sealed.length - 1] ^= 1;
        assertThat(key.open(sealed, "ATLA1")).isEmpty();
        assertThat(key.open(new byte[3], "ATLA1")).isEmpty();
    }

    @Test
    void that_others_may_read_are_not_used() throws IOException {
        MasterKey.in(data);
        Path file = data.resolve("keys/master.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> MasterKey.in(data))
                .isInstanceOf(IdentityException.KeyFile.class)
                .hasMessageContaining("chmod 600");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, "rubbish");
        assertThatThrownBy(() -> MasterKey.in(data)).isInstanceOf(IdentityException.KeyFile.class);
    }

    @Test
    void the_default_cost_of_a_password_is_at_least_what_OWASP_asks_for() {
        Passwords passwords = new Passwords(IdentityConfig.DEFAULT.passwordCost());
        String hash = passwords.hash("pässwörd \ud83d\ude00".toCharArray());
        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(passwords.matches("pässwörd \ud83d\ude00".toCharArray(), hash))
                .isTrue();
        assertThat(passwords.matches("passw\u00f6rd \ud83d\ude00".toCharArray(), hash))
                .isFalse();
        assertThat(passwords.outdated(hash)).isFalse();
    }
}
