package io.atalaya.policies;

import static io.atalaya.policies.Lake.ORDERS;
import static io.atalaya.policies.Permission.SELECT;

import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Validity;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Policies in the metadata database, and the people of the tests. */
abstract class StoredPolicies {
    static final Principal ADMIN = new Principal("root", Set.of("administrator"), Map.of());
    static final Principal OWNER = new Principal("olga", Set.of(), Map.of());
    static final Grantee TO_OWNER = new Grantee.User("olga");
    static final Grantee TO_ANA = new Grantee.User("ana");
    static final Principal ANA = new Principal("ana", Set.of(), Map.of());

    final List<AppliedChange> recorded = new ArrayList<>();
    final Lake lake = new Lake();
    MetadataDatabase database;
    Policies policies;

    abstract MetadataDatabase open();

    @BeforeEach
    void start() {
        database = open();
        policies = new Policies(database.jdbi(), Clock.systemUTC(), recorded::add, name -> !name.equals("stranger"));
    }

    @AfterEach
    void stop() {
        if (database != null) {
            database.close();
        }
    }

    static Grant grant(Grantee grantee, Resource resource, Set<Permission> permissions, Set<Permission> grantable) {
        return new Grant("", grantee, resource, permissions, grantable, Validity.ALWAYS, "", new Source.Hand());
    }

    static Grant grant(Grantee grantee, Resource resource, Permission... permissions) {
        return grant(grantee, resource, Set.of(permissions), Set.of());
    }

    Decision select(Principal principal) {
        return policies.current().decide(principal, SELECT, ORDERS);
    }
}
