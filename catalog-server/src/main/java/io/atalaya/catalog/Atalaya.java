package io.atalaya.catalog;

import io.atalaya.catalog.command.AuditCommand;
import io.atalaya.catalog.command.BackupCommand;
import io.atalaya.catalog.command.Console;
import io.atalaya.catalog.command.DemoCommand;
import io.atalaya.catalog.command.DoctorCommand;
import io.atalaya.catalog.command.Failures;
import io.atalaya.catalog.command.KeyCommand;
import io.atalaya.catalog.command.QueryCommand;
import io.atalaya.catalog.command.RestoreCommand;
import io.atalaya.catalog.command.RunCommand;
import io.atalaya.catalog.command.ServeCommand;
import io.atalaya.catalog.command.TokenCommand;
import io.atalaya.catalog.command.UserCommand;
import io.atalaya.catalog.command.WorkspaceCommands;
import io.atalaya.catalog.log.Logs;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code atalaya}. Exit codes: 0 done, 1 refused or failed, 2 wrong use. */
@Command(
        name = "atalaya",
        description = "Governs an Apache Iceberg lakehouse: one policy, one gate, one record.",
        mixinStandardHelpOptions = true,
        version = "atalaya 0.1.0",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:refused or failed", "2:wrong use"},
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            WorkspaceCommands.Plan.class,
            WorkspaceCommands.Apply.class,
            RunCommand.class,
            QueryCommand.class,
            UserCommand.class,
            TokenCommand.class,
            KeyCommand.class,
            AuditCommand.class,
            DoctorCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Atalaya implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Atalaya() {}

    public static void main(String... arguments) {
        System.exit(run(arguments));
    }

    /** Runs a command and returns its exit code. */
    public static int run(String... arguments) {
        Logs.forCommand();
        return new CommandLine(new Atalaya())
                .setExecutionExceptionHandler((failure, _, _) -> {
                    Console.note("atalaya: " + Failures.sentence(failure));
                    return 1;
                })
                .execute(arguments);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do");
    }
}
