package io.atalaya.query.write;

import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.write.Export;
import io.atalaya.policies.Principal;
import io.atalaya.query.CompiledCommand;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.lineage.Flow;
import io.atalaya.query.statement.Command;

/** Carries commands out. What was decided is not decided again; that the table is still the one it was decided about is looked at. */
public final class Commands {
    private final Lakehouse lakehouse;
    private final Unloads unloads;
    private final Flow.Listener flows;
    private final TableWrites writes;
    private final LakeDefinitions definitions;

    /**
     * Commands on that lakehouse.
     *
     * @param unloads where files go that are no table's
     * @param flows hears of what got from tables into tables
     */
    public Commands(
            Lakehouse lakehouse, TableAccess tables, Governance governance, Unloads unloads, Flow.Listener flows) {
        this.lakehouse = lakehouse;
        this.flows = flows;
        this.unloads = unloads;
        this.writes = new TableWrites(lakehouse, tables, governance);
        this.definitions = new LakeDefinitions(lakehouse, tables, governance);
    }

    /** Rows into a file that is no table's. */
    public Export export() {
        return lakehouse.writer().export();
    }

    /** The files that statements unloaded. */
    public Unloads unloads() {
        return unloads;
    }

    /**
     * Does it, whole or not at all.
     *
     * @throws io.atalaya.query.QueryException saying why not
     */
    public CommandOutcome run(Principal principal, CompiledCommand statement, CommandControl control) {
        CommandOutcome outcome = WriteErrors.translating(() -> switch (statement.command()) {
            case Command.Insert insert -> writes.insert(insert, control);
            case Command.EditRows edit -> writes.edit(edit, control);
            case Command.CreateTable create -> writes.define(principal, create.table());
            case Command.DropTable drop -> definitions.drop(drop);
            case Command.AlterTable alter -> definitions.alter(alter);
            case Command.RenameTable rename -> definitions.rename(rename);
            case Command.Truncate truncate -> definitions.truncate(truncate);
            case Command.Optimize optimize -> writes.optimize(optimize, control);
            case Command.Vacuum vacuum -> definitions.vacuum(vacuum);
            case Command.CreateDatabase create -> definitions.createDatabase(principal, create);
            case Command.DropDatabase drop -> definitions.dropDatabase(drop);
            case Command.AlterDatabase alter -> definitions.alterDatabase(alter);
            case Command.CreateView create -> definitions.createView(principal, create);
            case Command.DropView drop -> definitions.dropView(drop);
            case Command.Nothing _ -> CommandOutcome.DONE;
            case Command.Unload unload -> unload(principal, unload, control);
            case Command.CreateTableAs create -> writes.create(principal, create, control);
        });
        statement.flow().ifPresent(flow -> flows.flowed(flow.get()));
        return outcome;
    }

    private CommandOutcome unload(Principal principal, Command.Unload unload, CommandControl control) {
        try (Export export = lakehouse.writer().export()) {
            control.onStop(export::cancel);
            return unloads.write(principal, unload, export);
        } finally {
            control.onStop(null);
        }
    }
}
