package io.gatun.agent;

import io.gatun.agent.store.Account;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.TaskInfo;
import java.util.Optional;

/**
 * The user that a task runs as: its command's, else its framework's ({@code --switch_user}), else the agent's.
 *
 * @param name for display
 * @param account to switch to; empty when it is the agent's own
 */
record TaskUser(String name, Optional<Account> account) {
    /**
     * @param self the account of this process
     * @throws IllegalArgumentException when the host has no such user, or this process may not become it
     */
    static TaskUser of(FrameworkInfo framework, TaskInfo task, boolean switchUser, Account self) {
        String wanted = wanted(framework, task);
        if (!switchUser || wanted.isEmpty()) {
            return new TaskUser(self.name(), Optional.empty());
        }
        Account account = Account.find(wanted)
                .orElseThrow(() -> new IllegalArgumentException("user=" + wanted + ": this host has no such user"));
        if (account.uid() == self.uid()) {
            return new TaskUser(wanted, Optional.empty());
        }
        if (self.uid() != 0) {
            throw new IllegalArgumentException("user=" + wanted + ": the agent runs as " + self.name()
                    + " and cannot become another user; run it as root, or with --switch_user=false");
        }
        return new TaskUser(wanted, Optional.of(account));
    }

    static String wanted(FrameworkInfo framework, TaskInfo task) {
        String own = task.getCommand().getUser();
        return own.isEmpty() ? framework.getUser() : own;
    }
}
