package io.gatun.agent;

import io.gatun.isolator.IoConfig;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the flags for output files read as the streams of a task. */
final class LogFlags {
    private static final Pattern BYTES = Pattern.compile("([0-9]{1,12})(B|KB|MB|GB)");
    private static final Map<String, Long> UNITS = Map.of("B", 1L, "KB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30);

    private LogFlags() {}

    /** @throws io.gatun.mesos.flags.StartupException naming flag, text and rule */
    static IoConfig of(AgentFlags flags) {
        Matcher size = BYTES.matcher(flags.maxLogSize);
        if (!size.matches()) {
            throw AgentConfig.invalid(
                    "--max_log_size", flags.maxLogSize, "must be a number with B, KB, MB or GB, 0B for no limit");
        }
        long bytes = Long.parseLong(size.group(1)) * UNITS.get(size.group(2));
        if (bytes == 0) {
            return IoConfig.DEFAULT;
        }
        try {
            return IoConfig.DEFAULT.with(new IoConfig.Rotation(bytes, flags.maxLogFiles));
        } catch (IllegalArgumentException e) {
            throw AgentConfig.invalid(
                    "--max_log_size=" + flags.maxLogSize + " --max_log_files", flags.maxLogFiles, e.getMessage());
        }
    }
}
