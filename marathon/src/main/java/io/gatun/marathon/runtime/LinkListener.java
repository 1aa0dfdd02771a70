package io.gatun.marathon.runtime;

import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.TaskStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What is heard from the master. Called on the link's thread; must not block. */
public interface LinkListener {
    void subscribed(String frameworkId);

    void disconnected();

    void offers(List<Offer> offers);

    void update(TaskStatus status);

    /** The master refused an ACCEPT as a whole, with 3xx or 4xx; these tasks will never be. */
    void launchRefused(List<String> taskIds);

    /** The framework and its tasks are gone for good; completes when the next attempt may be one of a new framework. */
    CompletableFuture<Void> frameworkRemoved();

    /** Another connection has taken over this framework. */
    void superseded(String message);
}
