package io.gatun.containerizer;

/** Is told how containers are, by those containerizers that check it themselves. */
@FunctionalInterface
public interface HealthListener {
    /**
     * A container's health is known, again perhaps; on a thread of the containerizer, not to be blocked.
     *
     * @param id of the container
     */
    void checked(String id, boolean healthy);
}
