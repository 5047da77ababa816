package io.atalaya.query.write;

import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.policies.Principal;
import io.atalaya.query.CompiledCommand;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.statement.Command;

/** Carries commands out. What was decided is not decided again; that the table is still the one it was decided about is looked at. */
public final class LakeCommands implements Commands {
    private final TableWrites writes;

    /** Commands on that lakehouse. */
    public LakeCommands(Lakehouse lakehouse, TableAccess tables, Governance governance) {
        this.writes = new TableWrites(lakehouse, tables, governance);
    }

    @Override
    public CommandOutcome run(Principal principal, CompiledCommand statement, CommandControl control) {
        return WriteErrors.translating(() -> switch (statement.command()) {
            case Command.Insert insert -> writes.insert(insert, control);
            case Command.EditRows edit -> writes.edit(edit, control);
            case Command.CreateTableAs create -> writes.create(principal, create, control);
        });
    }
}
