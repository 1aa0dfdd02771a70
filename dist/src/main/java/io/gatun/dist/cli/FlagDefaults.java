package io.gatun.dist.cli;

import io.gatun.mesos.flags.StartupException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where a flag's value comes from when the command line does not give it: {@code GATUN_WORK_DIR}, then the variable that
 * Mesos or Marathon would read, then {@code work_dir=} in {@code /etc/gatun/<role>.properties}, then its own default.
 */
public final class FlagDefaults implements IDefaultValueProvider {
    private static final Path CONFIGURATION = Path.of("/etc/gatun");
    private static final Map<String, String> FOREIGN_PREFIXES =
            Map.of("master", "MESOS_", "agent", "MESOS_", "marathon", "MARATHON_");

    private final List<String> prefixes;
    private final Map<String, String> environment;
    private final Path file;
    private Properties properties;

    FlagDefaults(String role, Map<String, String> environment, Path directory) {
        String foreign = FOREIGN_PREFIXES.get(role);
        this.prefixes = foreign == null ? List.of("GATUN_") : List.of("GATUN_", foreign);
        this.environment = environment;
        this.file = directory.resolve(role + ".properties");
    }

    /** The defaults of a role on this machine. */
    public static FlagDefaults of(String role) {
        return new FlagDefaults(role, System.getenv(), CONFIGURATION);
    }

    @Override
    public String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || !option.longestName().startsWith("--")) {
            return null;
        }
        String name = option.longestName().substring(2);
        if (name.equals("help") || name.equals("version")) {
            return null;
        }
        for (String prefix : prefixes) {
            String value = environment.get(prefix + name.toUpperCase(Locale.ROOT));
            if (value != null) {
                return value;
            }
        }
        return properties().getProperty(name);
    }

    private Properties properties() {
        if (properties == null) {
            properties = new Properties();
            if (Files.exists(file)) {
                try (Reader reader = Files.newBufferedReader(file)) {
                    properties.load(reader);
                } catch (IOException | IllegalArgumentException e) {
                    throw new StartupException(file.toString(), e.getMessage(), "mend the file or remove it", e);
                }
            }
        }
        return properties;
    }
}
