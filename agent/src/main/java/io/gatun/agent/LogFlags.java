package io.gatun.agent;

import io.gatun.isolator.IoConfig;
import io.gatun.mesos.flags.Bytes;

/** How the flags for output files read as the streams of a task. */
final class LogFlags {
    private LogFlags() {}

    /** @throws io.gatun.mesos.flags.StartupException naming flag, text and rule */
    static IoConfig of(AgentFlags flags) {
        long bytes;
        try {
            bytes = Bytes.parse(flags.maxLogSize);
        } catch (IllegalArgumentException e) {
            throw AgentConfig.invalid("--max_log_size", flags.maxLogSize, e.getMessage() + ", 0B for no limit");
        }
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
