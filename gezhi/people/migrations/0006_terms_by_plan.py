from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_invitations"),
    ]

    operations = [
        migrations.AddField(
            model_name="term",
            name="begun_by",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="term",
            name="else_to",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="term",
            name="ended_by",
            field=models.UUIDField(null=True),
        ),
    ]
