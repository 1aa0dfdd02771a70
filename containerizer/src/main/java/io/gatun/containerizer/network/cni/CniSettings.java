package io.gatun.containerizer.network.cni;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where networks and plugins are.
 *
 * @param configDir absolute; files {@code *.conf}, {@code *.conflist}, {@code *.json}, read at each launch:
 *     {@code --network_cni_config_dir}
 * @param pluginDirs absolute; searched in order: {@code --network_cni_plugins_dir}
 * @param timeout of one plugin, longer than zero
 */
public record CniSettings(Path configDir, List<Path> pluginDirs, Duration timeout) {
    /** Default of {@code --network_cni_config_dir}: the directory of the specification's conventions. */
    public static final String CONFIG_DIR = "/etc/cni/net.d";

    /** Default of {@code --network_cni_plugins_dir}: where Debian's package and the upstream archive put them. */
    public static final String PLUGINS_DIR = "/opt/cni/bin:/usr/lib/cni";

    /** Longest a plugin may take; a DHCP lease may need a while. */
    public static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** What an agent uses that was not told otherwise. */
    public static final CniSettings DEFAULT = parse(CONFIG_DIR, PLUGINS_DIR, TIMEOUT);

    public CniSettings {
        pluginDirs = List.copyOf(pluginDirs);
        requireAbsolute("network_cni_config_dir", configDir);
        pluginDirs.forEach(directory -> requireAbsolute("network_cni_plugins_dir", directory));
        if (pluginDirs.isEmpty()) {
            throw new IllegalArgumentException("network_cni_plugins_dir=: must name at least one directory");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("cni timeout=" + timeout + ": must be longer than zero");
        }
    }

    /**
     * From the agent's flags.
     *
     * @param pluginDirs separated by colons
     * @throws IllegalArgumentException naming the flag
     */
    public static CniSettings parse(String configDir, String pluginDirs, Duration timeout) {
        return new CniSettings(
                Path.of(configDir),
                Stream.of(pluginDirs.split(":", -1))
                        .filter(text -> !text.isEmpty())
                        .map(Path::of)
                        .toList(),
                timeout);
    }

    private static void requireAbsolute(String flag, Path path) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(flag + "=" + path + ": must be absolute");
        }
    }
}
