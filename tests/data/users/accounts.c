// The accounts of the one user and its group.
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#define PRINT(call) printf(#call " = %d\n", (int)(call))

int main(void) {
    struct passwd *user = getpwuid(getuid());
    printf("%s %d %d %s %s %s\n", user->pw_name, (int)user->pw_uid, (int)user->pw_gid, user->pw_gecos, user->pw_dir,
           user->pw_shell);
    PRINT(user == getpwnam("root"));
    PRINT(getpwnam("nobody of this name") == NULL);
    PRINT(getpwuid(4321) == NULL);
    struct group *group = getgrgid(getgid());
    printf("%s %d, members: %s\n", group->gr_name, (int)group->gr_gid, group->gr_mem[0] ? group->gr_mem[0] : "none");
    PRINT(group == getgrnam("root"));
    PRINT(getgrgid(4321) == NULL);
}
