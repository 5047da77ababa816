package io.atalaya.catalog;

import io.atalaya.catalog.command.AuditCommand;
import io.atalaya.catalog.command.BackupCommand;
import io.atalaya.catalog.command.ClassifyCommand;
import io.atalaya.catalog.command.Console;
import io.atalaya.catalog.command.DemoCommand;
import io.atalaya.catalog.command.DoctorCommand;
import io.atalaya.catalog.command.Failures;
import io.atalaya.catalog.command.KeyCommand;
import io.atalaya.catalog.command.PolicyCommand;
import io.atalaya.catalog.command.QueryCommand;
import io.atalaya.catalog.command.ReplayCommand;
import io.atalaya.catalog.command.RestoreCommand;
import io.atalaya.catalog.command.RunCommand;
import io.atalaya.catalog.command.ServeCommand;
import io.atalaya.catalog.command.TokenCommand;
import io.atalaya.catalog.command.UserCommand;
import io.atalaya.catalog.command.WorkspaceCommands;
import io.atalaya.catalog.log.Logs;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
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
        exitCodeList = {"0:done", "1:refused or failed", "2:wrong use"})
public final class Atalaya implements Runnable {
    private static final Map<String, Supplier<Object>> COMMANDS = commands();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Atalaya() {}

    public static void main(String... arguments) {
        System.exit(run(arguments));
    }

    /** Runs a command and returns its exit code. */
    public static int run(String... arguments) {
        Logs.forCommand();
        CommandLine line = new CommandLine(new Atalaya());
        // Reading the annotations of every command takes longer than many a command.
        Supplier<Object> only = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
        if (only == null) {
            COMMANDS.forEach((name, command) -> line.addSubcommand(name, command.get()));
        } else {
            line.addSubcommand(arguments[0], only.get());
        }
        return line.setExecutionExceptionHandler((failure, _, _) -> {
                    Console.note("atalaya: " + Failures.sentence(failure));
                    return 1;
                })
                .execute(arguments);
    }

    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("demo", DemoCommand::new);
        commands.put("serve", ServeCommand::new);
        commands.put("plan", WorkspaceCommands.Plan::new);
        commands.put("apply", WorkspaceCommands.Apply::new);
        commands.put("policy", PolicyCommand::new);
        commands.put("run", RunCommand::new);
        commands.put("replay", ReplayCommand::new);
        commands.put("classify", ClassifyCommand::new);
        commands.put("query", QueryCommand::new);
        commands.put("user", UserCommand::new);
        commands.put("token", TokenCommand::new);
        commands.put("key", KeyCommand::new);
        commands.put("audit", AuditCommand::new);
        commands.put("doctor", DoctorCommand::new);
        commands.put("backup", BackupCommand::new);
        commands.put("restore", RestoreCommand::new);
        commands.put("help", CommandLine.HelpCommand::new);
        return commands;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do.");
    }
}
