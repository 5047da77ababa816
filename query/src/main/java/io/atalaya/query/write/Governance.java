package io.atalaya.query.write;

import io.atalaya.policies.Principal;
import io.atalaya.query.lineage.Inheritance;
import java.util.UUID;

/** Where policies change because of what a statement makes. */
public interface Governance {
    /**
     * Is told of a table or view before anybody else can see it, so that its policies are there when it is. Its creator gets
     * all rights to it.
     *
     * @param inheritance by the field ids of the table
     */
    void making(Principal creator, UUID database, UUID table, Inheritance inheritance);

    /** Takes back what {@link #making} did, as the table did not come to be. */
    void notMade(Principal creator, UUID database, UUID table, Inheritance inheritance);

    /** A table, view or database came to be under its name, for which policies may wait. */
    void made();

    /** A database came to be, whose creator gets all rights to it. */
    void madeDatabase(Principal creator, UUID database);
}
