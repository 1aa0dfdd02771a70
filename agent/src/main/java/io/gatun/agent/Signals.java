package io.gatun.agent;

/** Signal numbers and texts, signal(7); the texts are those of glibc's strsignal(3), which Mesos shows. */
final class Signals {
    static final int SIGTERM = 15;

    private static final String[] DESCRIPTIONS = {
        "",
        "Hangup",
        "Interrupt",
        "Quit",
        "Illegal instruction",
        "Trace/breakpoint trap",
        "Aborted",
        "Bus error",
        "Floating point exception",
        "Killed",
        "User defined signal 1",
        "Segmentation fault",
        "User defined signal 2",
        "Broken pipe",
        "Alarm clock",
        "Terminated",
        "Stack fault",
        "Child exited",
        "Continued",
        "Stopped (signal)",
        "Stopped",
        "Stopped (tty input)",
        "Stopped (tty output)",
        "Urgent I/O condition",
        "CPU time limit exceeded",
        "File size limit exceeded",
        "Virtual timer expired",
        "Profiling timer expired",
        "Window changed",
        "I/O possible",
        "Power failure",
        "Bad system call",
    };

    private Signals() {}

    /** @param signal 1..64 */
    static String description(int signal) {
        return signal > 0 && signal < DESCRIPTIONS.length ? DESCRIPTIONS[signal] : "Real-time signal " + (signal - 34);
    }
}
