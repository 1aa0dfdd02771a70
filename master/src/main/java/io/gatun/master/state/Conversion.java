package io.gatun.master.state;

import io.gatun.mesos.resources.Resources;

/** What an operation does to resources: {@code before} becomes {@code after}, neither of them allocated. */
record Conversion(Resources before, Resources after) {}
