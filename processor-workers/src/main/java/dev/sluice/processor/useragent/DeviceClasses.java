package dev.sluice.processor.useragent;

import java.util.Locale;
import nl.basjes.parse.useragent.classify.DeviceClass;
import org.jspecify.annotations.Nullable;

/**
 * The values of {@code device_class}, a closed list: {@code desktop}, {@code phone}, {@code tablet}, {@code mobile} (one
 * of the two before), {@code tv} (also boxes beside one), {@code console}, {@code watch}, {@code reader}, {@code headset},
 * {@code car}, {@code home} (speakers, displays, fridges), {@code bot}. Unknown is null.
 */
final class DeviceClasses {
    static final String BOT = "bot";

    private DeviceClasses() {}

    static @Nullable String columnValue(DeviceClass device) {
        return switch (device) {
            case DESKTOP, PHONE, TABLET, MOBILE, WATCH, TV, CAR -> device.name().toLowerCase(Locale.ROOT);
            case SET_TOP_BOX -> "tv";
            case GAME_CONSOLE, HANDHELD_GAME_CONSOLE -> "console";
            case E_READER -> "reader";
            case AUGMENTED_REALITY, VIRTUAL_REALITY -> "headset";
            case HOME_APPLIANCE, VOICE, SMART_DISPLAY -> "home";
            // "Hacker" is text that no browser writes: attacks, and what only looks like a user agent.
            case ROBOT, ROBOT_MOBILE, ROBOT_IMITATOR, CLOUD, HACKER -> BOT;
            // Somebody hides what it is.
            case ANONYMIZED, UNKNOWN, UNCLASSIFIED -> null;
        };
    }
}
