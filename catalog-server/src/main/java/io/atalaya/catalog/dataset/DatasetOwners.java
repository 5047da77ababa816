package io.atalaya.catalog.dataset;

import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.grant.Grantee;
import java.util.List;
import java.util.stream.Stream;

/** Who is registered as the owner of datasets, at one moment: a user, or all who have a profile. */
public final class DatasetOwners {
    private final DatasetIndex.Contents contents;
    private final PolicySnapshot now;

    private DatasetOwners(DatasetIndex.Contents contents, PolicySnapshot now) {
        this.contents = contents;
        this.now = now;
    }

    /** The owners of now. */
    public static DatasetOwners of(DatasetIndex index, PolicySnapshot now) {
        return new DatasetOwners(index.contents(), now);
    }

    /** Whether the principal is the owner of a table. */
    public boolean include(Principal principal, GovernedTable table) {
        return contents.find(table.uuid())
                .flatMap(dataset -> dataset.owner(now))
                .filter(owner -> is(principal, owner))
                .isPresent();
    }

    /** Whether the principal is the owner of anything. */
    public boolean include(Principal principal) {
        List<String> names = Stream.concat(Stream.of(principal.name()), principal.profiles().stream())
                .toList();
        return contents.datasets().stream()
                .filter(dataset ->
                        dataset.registration().owner().filter(names::contains).isPresent())
                .anyMatch(dataset ->
                        dataset.owner(now).filter(owner -> is(principal, owner)).isPresent());
    }

    private static boolean is(Principal principal, Grantee owner) {
        return switch (owner) {
            case Grantee.User(var name) -> name.equals(principal.name());
            case Grantee.Profile(var name) -> principal.profiles().contains(name);
        };
    }
}
