/** What an app is: its definition as a value, its JSON in both directions, its rules. Pure; knows no scheduler. */
package io.gatun.marathon.app;
