package io.atalaya.catalog.identity;

import org.jdbi.v3.core.Handle;

/** What holds for every credential of a user. */
final class Credentials {
    private Credentials() {}

    /** @throws IdentityException.NotFound if there is no such user, or it is disabled */
    static void requireEnabled(Handle handle, String user) {
        boolean enabled =
                handle.createQuery("SELECT count(*) FROM user_account WHERE name = :user AND disabled = FALSE")
                                .bind("user", user)
                                .mapTo(Long.class)
                                .one()
                        > 0;
        if (!enabled) {
            throw new IdentityException.NotFound("there is no user '{0}', or it is disabled", user);
        }
    }
}
